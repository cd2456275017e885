/** What stands in backticks becomes a `code` element; what is pasted never becomes markup. */
export function withCode(text) {
  return text.split(/`([^`]*)`/).map((part, index) => {
    if (index % 2 === 0) return part;
    const code = document.createElement("code");
    code.textContent = part;
    return code;
  });
}
