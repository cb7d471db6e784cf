/** A template with the least that nuclei asks for; `http` is indented by two. */
export function templateText(id: string, http: string, { tags = '', rest = '' }: { tags?: string; rest?: string } = {}): string {
  const tagLine = tags === '' ? '' : `  tags: ${tags}\n`;
  return `id: ${id}\ninfo:\n  name: Test ${id}\n  author: lab\n  severity: low\n${tagLine}http:\n${http}${rest}`;
}

/** An entry of `http` that asks for a path and looks for a word. */
export function wordRequest(path: string, word: string): string {
  return `  - method: GET\n    path:\n      - "{{BaseURL}}${path}"\n    matchers:\n      - type: word\n        words:\n          - '${word}'\n`;
}

/** Files as the kubelet lays out a ConfigMap: in a hidden folder, behind symbolic links. */
export function asConfigMap(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  const hidden = '..2026_11_25_12_00_00.123';
  const layout: Record<string, string> = { [`${folder}/..data`]: `-> ${hidden}` };
  for (const [name, text] of Object.entries(files)) {
    layout[`${folder}/${hidden}/${name}`] = text;
    layout[`${folder}/${name}`] = `-> ..data/${name}`;
  }
  return layout;
}
