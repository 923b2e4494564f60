// How the browser tests find things on a page: by the words a person sees or hears, never by class or id.
// Runs inside the page, in front of a line such as `return page.find(...arguments)`.
const page = {
    kinds: {
        press: 'a[href], button, summary, input[type=submit], input[type=button], input[type=reset], [role=button], [role=link], [role=menuitem], [role=tab]',
        field: 'input:not([type=hidden], [type=submit], [type=button], [type=reset], [type=checkbox], [type=radio], [type=file]), textarea',
        select: 'select',
        tick: 'input[type=checkbox], [role=switch]',
        radio: 'input[type=radio]',
        file: 'input[type=file]',
    },

    tidy: text => text.replace(/\s+/g, ' ').trim(),

    // What is reachable now: displayed, enabled, and not behind a modal dialog.
    reachable(element) {
        const modal = [...document.querySelectorAll('dialog:modal')].pop();
        return element.checkVisibility({ visibilityProperty: true }) && !element.matches(':disabled')
            && !element.closest('[inert]') && (!modal || modal.contains(element));
    },

    // The words of a node as a screen reader has them.
    words(node) {
        if (node.nodeType === Node.TEXT_NODE) return node.data;
        if (node.nodeType !== Node.ELEMENT_NODE || node.matches('[aria-hidden=true], script, style, template, select, textarea')) return '';
        if (!node.checkVisibility({ visibilityProperty: true })) return '';
        if (node.ariaLabel) return ` ${node.ariaLabel} `;
        if (node.matches('img, area')) return ` ${node.alt} `;
        const inner = [...node.childNodes].map(page.words).join('');
        return getComputedStyle(node).display.startsWith('inline') ? inner : ` ${inner} `;
    },

    // The accessible name, near enough to the standard's algorithm for native controls.
    name(element) {
        const named = (element.getAttribute('aria-labelledby') ?? '').split(/\s+/).map(id => id && document.getElementById(id));
        const candidates = [
            () => named.filter(Boolean).map(page.words).join(' '),
            () => element.ariaLabel ?? '',
            () => [...(element.labels ?? [])].map(page.words).join(' '),
            () => (element.matches('input[type=submit], input[type=button], input[type=reset]') ? element.value : ''),
            () => (element.matches('fieldset') ? page.words(element.querySelector('legend') ?? new Text('')) : ''),
            () => (element.matches('input, select, textarea, body, fieldset') ? '' : page.words(element)),
            () => element.title,
        ];
        for (const candidate of candidates) {
            const name = page.tidy(candidate());
            if (name) return name;
        }
        return '';
    },

    // The one with exactly this name, else the first whose name begins with it.
    best(elements, wanted, name = page.name) {
        const all = elements.map(element => [element, name(element)]);
        const hit = all.find(([, it]) => it === wanted) ?? all.find(([, it]) => it.startsWith(wanted));
        return hit?.[0] ?? null;
    },

    all: (kind, root = document) => [...root.querySelectorAll(page.kinds[kind])].filter(page.reachable),

    // With `part`, only inside the smallest row, item, group or form that shows this text and holds such an element.
    find(kind, wanted, part = null) {
        if (part === null) return page.best(page.all(kind), wanted);
        const parts = [...document.querySelectorAll('tr, li, article, fieldset, form, section, dl > div, [role=row], [role=group]')];
        const fitting = parts.filter(it => page.tidy(it.innerText).includes(part) || page.name(it).includes(part));
        fitting.sort((a, b) => a.querySelectorAll('*').length - b.querySelectorAll('*').length);
        return fitting.map(it => page.best(page.all(kind, it), wanted)).find(Boolean) ?? null;
    },

    // Where to click for a control whose own box is hidden behind its label.
    label: element => element.labels?.[0] ?? element,

    option: (select, wanted) => page.best([...select.options], wanted, it => page.tidy(it.text)),

    // A radio button of the group with this name.
    radio(group, wanted) {
        const groups = [...document.querySelectorAll('fieldset, [role=radiogroup]')].filter(page.reachable);
        const found = page.best(groups.filter(it => it.querySelector('input[type=radio]')), group);
        return found && page.best(page.all('radio', found), wanted);
    },

    setValue(element, value) {
        element.value = value;
        element.dispatchEvent(new Event('input', { bubbles: true }));
        element.dispatchEvent(new Event('change', { bubbles: true }));
    },

    focused: () => page.name(document.activeElement ?? document.body),

    text: () => page.tidy(document.body?.innerText ?? ''),

    // For the message of a failed test.
    describe: () => ({
        address: location.pathname + location.search,
        h1: page.tidy(document.querySelector('h1')?.innerText ?? ''),
        text: page.text().slice(0, 1500),
        buttons: page.all('press').map(page.name),
        fields: ['field', 'select', 'tick', 'radio', 'file'].flatMap(kind => page.all(kind)).map(page.name),
    }),

    // Heads of columns whose words run into the next column's.
    crowded() {
        const heads = [...document.querySelectorAll('.table thead th')].filter(it => page.reachable(it) && !it.querySelector('.sr, input') && getComputedStyle(it.closest('thead')).position !== 'absolute');
        const end = it => {
            const words = document.createRange();
            words.selectNodeContents(it);
            return words.getBoundingClientRect().right;
        };
        return heads.filter(it => it.nextElementSibling && end(it) > it.getBoundingClientRect().right - 4).map(it => `the head ${page.tidy(it.innerText)} is too wide`);
    },

    // What sticks out of the page sideways, outermost first; empty when the page fits.
    stickingOut() {
        const width = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= width) return [];
        const contained = element => {
            for (let it = element.parentElement; it && it !== document.body; it = it.parentElement) {
                if (getComputedStyle(it).overflowX !== 'visible') return true;
            }
            return false;
        };
        const out = [...document.body.querySelectorAll('*')].filter(it => it.getBoundingClientRect().right > width + 0.5 && !contained(it));
        return [`${document.documentElement.scrollWidth} px of content`, ...out.slice(0, 4).map(it =>
            `<${it.localName} class="${it.getAttribute('class') ?? ''}"> up to ${Math.round(it.getBoundingClientRect().right)} px`)];
    },
};
