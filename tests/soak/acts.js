// Finds what a visitor could touch now, in open shadow roots too, by kind.
() => {
    const KINDS = {
        button: ".stMain button, .stSidebar button, [data-testid=stPopoverBody] button",
        slider: "input[type=range]",
        select: ".stSelectbox [data-baseweb=select], .stSelectbox input, .stMultiSelect input",
        option: "[role=option]",
        number: "input[type=number]",
        text: ".stTextInput input",
        toggle: ".stCheckbox label",
        tab: "[role=tab]",
        expander: "summary",
        canvas: "canvas",
        lesson: "[data-testid=stTopNavLink], .stMain [data-testid=stPageLink-NavLink]",
    };
    const roots = [document];
    for (const root of roots) {
        for (const element of root.querySelectorAll("*")) {
            if (element.shadowRoot) roots.push(element.shadowRoot);
        }
    }
    const canBeTouched = (element) => {
        const box = element.getBoundingClientRect();
        const isFile = element.closest(".stDownloadButton, [data-testid=stElementToolbar]");
        return box.width > 3 && box.height > 3 && !element.disabled && !isFile;
    };
    const found = {};
    for (const [kind, selector] of Object.entries(KINDS)) {
        const all = roots.flatMap((root) => [...root.querySelectorAll(selector)]);
        found[kind] = all.filter(canBeTouched);
    }
    globalThis.__soak = found;
    return Object.fromEntries(Object.entries(found).map(([kind, all]) => [kind, all.length]));
}
