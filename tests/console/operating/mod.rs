//! What an operator lives with: health, metrics, the log, stopping, several nodes, a standby.

mod clear;
mod health;
mod installed;
mod log;
mod metrics;
mod nodes;
mod refusals;
mod stopping;
