//! What an operator lives with: health, metrics, stopping, several nodes, a standby.

mod health;
mod metrics;
mod nodes;
mod stopping;
