import assert from "node:assert/strict";
import { test } from "node:test";
import { dayFor, dayOf, faultsOf, latinDigits, optionsOf, partsOf, payloadOf, resolved, visit, type Visit } from "../flow_play";
import type { FlowDocument, FlowPart } from "../wire";

const flow = (version: string, ...screens: [string, FlowPart[]][]): FlowDocument => ({
  version,
  screens: screens.map(([id, children]) => ({ id, layout: { children } })),
});
const open = (children: FlowPart[], data: Record<string, unknown> = {}, before: Visit[] = []): Visit[] => {
  const reached = visit(flow("6.0", ["HERE", children]), "HERE", data, before) as Visit;
  return [...before, reached];
};

test("references give whole values, and words inside a sentence", () => {
  const visits = open([{ type: "TextInput", name: "age" }], { herd: [{ id: "c1", title: "Gauri" }], farm: { name: "Anand" } });
  (visits[0] as Visit).form["age"] = "4";
  assert.deepEqual(resolved("${data.herd}", visits), [{ id: "c1", title: "Gauri" }]);
  assert.equal(resolved("${data.farm.name}", visits), "Anand");
  assert.equal(resolved("At ${data.farm.name}, ${form.age} years", visits), "At Anand, 4 years");
  assert.equal(resolved("${data.nothing}", visits), undefined);
});

test("another screen's answers are found by its name", () => {
  const first = visit(flow("6.0", ["FIRST", [{ type: "TextInput", name: "age" }]]), "FIRST", {}) as Visit;
  first.form["age"] = "4";
  assert.equal(resolved("${screen.FIRST.form.age}", open([], {}, [first])), "4");
});

test("a field begins with its own value, else the form's, else nothing", () => {
  const [here] = open(
    [
      {
        type: "Form",
        "init-values": { town: "Pune", age: "${data.age}" },
        children: [{ type: "TextInput", name: "town", "init-value": "Nasik" }, { type: "TextInput", name: "age" }, { type: "CheckboxGroup", name: "extras" }, { type: "OptIn", name: "agree" }],
      },
    ],
    { age: "7" },
  );
  assert.deepEqual(here?.form, { town: "Nasik", age: "7", extras: [], agree: false });
});

test("what is needed and not there, or cannot be, keeps a screen from going on; what is hidden does not", () => {
  const visits = open([
    { type: "TextInput", name: "name", required: true },
    { type: "TextInput", name: "age", "input-type": "number" },
    { type: "CheckboxGroup", name: "extras", required: true, "min-selected-items": 2 },
    { type: "OptIn", name: "agree", required: true },
    { type: "TextInput", name: "hidden", required: true, visible: false },
  ]);
  (visits[0] as Visit).form["age"] = "four";
  assert.deepEqual(Object.fromEntries(faultsOf(visits)), {
    name: { key: "missing" },
    age: { key: "wrong" },
    extras: { key: "at_least", count: 2 },
    agree: { key: "missing" },
  });
  Object.assign((visits[0] as Visit).form, { name: "Zoë", age: "4", extras: ["a", "b"], agree: true });
  assert.equal(faultsOf(visits).size, 0);
});

test("an answer has every name that the action asks for, so that the house knows the screen", () => {
  const visits = open([{ type: "TextInput", name: "age" }]);
  assert.deepEqual(payloadOf({ name: "complete", payload: { age: "${form.age}", gone: "${data.gone}", kind: "cow" } }, visits), { age: "", gone: null, kind: "cow" });
});

test("options come from the form or from the data", () => {
  const part = { type: "Dropdown", name: "a", "data-source": "${data.herd}" };
  assert.deepEqual(optionsOf(part, open([part], { herd: [{ id: "c1", title: "Gauri" }, "no option"] })), [{ id: "c1", title: "Gauri" }]);
});

test("days are written as the form's version writes them", () => {
  assert.equal(dayOf("1763596800000"), "2025-11-20");
  assert.equal(dayFor(flow("4.0"), "2025-11-20"), "1763596800000");
  assert.equal(dayFor(flow("6.0"), "2025-11-20"), "2025-11-20");
});

test("numbers are told in digits that every program reads", () => {
  assert.equal(latinDigits("۴۲ ४२ ٤٢ 42"), "42 42 42 42");
});

test("the parts of a form stand among those of its screen", () => {
  const document = flow("6.0", ["HERE", [{ type: "TextBody", text: "hi" }, { type: "Form", children: [{ type: "Footer" }] }]]);
  assert.deepEqual(partsOf(document.screens[0] as FlowDocument["screens"][0]).map((part) => part.type), ["TextBody", "Footer"]);
});
