import { registry } from "@web/core/registry";

const input = (name) => `.o_field_widget[name=${name}] input`;

const isEmpty = (name) => ({
    content: `${name} is missing: an empty field, not 0`,
    trigger: input(name),
    run() {
        if (this.anchor.value !== "") {
            throw new Error(`${name} shows ${this.anchor.value}`);
        }
    },
});

const save = [{ trigger: ".o_form_button_save", run: "click" }, { trigger: ".o_form_saved" }];

registry.category("web_tour.tours").add("cbam_optional_share_tour", {
    steps: () => [
        isEmpty("renewable_share"),
        { trigger: input("renewable_share"), run: "edit 60" },
        { trigger: input("precursor_share"), run: "edit 0" },
        { trigger: input("precursor_share"), run: "clear" },
        ...save,
        isEmpty("precursor_share"),
    ],
});

registry.category("web_tour.tours").add("cbam_optional_figure_tour", {
    steps: () => [isEmpty("longitude"), { trigger: input("latitude"), run: "clear" }, ...save, isEmpty("latitude")],
});
