/**
 * Replaces `$(NAME)` by the value of a variable; `$$` stands for a dollar sign, and a reference to nothing stays as it is.
 * Models third_party/forked/golang/expansion.
 */
export function expandVariables(text: string, valueOf: (name: string) => string | undefined): string {
  return text.replaceAll(/\$(?:\$|\(([^)]*)\))/g, (reference, name: string | undefined) =>
    name === undefined ? '$' : (valueOf(name) ?? reference),
  );
}
