/**
 * What CodeMirror asks of the syntax trees of Lezer's grammars, where there is no grammar: every text is one node
 * without parts. The bundle has this in place of `@lezer/common` and `@lezer/highlight` (`build.mjs`), which are 7 KB
 * after brotli.
 */

export class NodeProp {}
for (const name of ["closedBy", "openedBy", "isolate", "mounted"]) NodeProp[name] = new NodeProp();

export const NodeType = { none: { name: "", prop: () => undefined }, define: () => NodeType.none };

const root = {
  type: NodeType.none,
  name: "",
  from: 0,
  to: 0,
  parent: null,
  firstChild: null,
  lastChild: null,
  childBefore: () => null,
  childAfter: () => null,
  enter: () => null,
};

export class Tree {
  length = 0;
  type = NodeType.none;
  topNode = root;
  children = [];
  positions = [];
  prop() {}
  iterate() {}
  resolve() {
    return root;
  }
  resolveInner() {
    return root;
  }
  resolveStack() {
    return { node: root, next: null };
  }
}
Tree.empty = new Tree();

/** What only a parser would use. */
export class Parser {}
export class NodeSet {}
export const TreeFragment = {};
export const IterMode = {};
export const [styleTags, highlightTree] = [() => {}, () => {}];

/** Of the colours that CodeMirror would use where there is no other style, and of its own small grammars. */
const same = (tag) => tag;
const named = "attributeName heading invalid modifier propertyName string tagName typeName variableName".split(" ");
export const tags = {
  ...Object.fromEntries(named.map((name) => [name, {}])),
  ...{ definition: same, local: same, special: same, standard: same },
};
export const tagHighlighter = () => ({ style: () => null });
