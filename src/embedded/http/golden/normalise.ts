const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;

/** An answer without what differs between any two clusters: uids, times, revisions, tokens, hashes. Object keys are sorted. */
export function normalise(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return normaliseText(value, key);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => normalise(item));
  // Why: what columns are about is told in the project's own words.
  const entries = Object.entries(value)
    .filter(([name]) => name !== 'description')
    .map(([name, item]) => [name, normalise(item, name)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function normaliseText(text: string, key: string): string {
  if (key === 'resourceVersion') return '<revision>';
  if (key === 'token' && text.length > 20) return '<token>';
  // Why: the text of a patched object in a message lists its fields in whatever order the server keeps them.
  if (/is invalid: patch: Invalid value/.test(text)) return text.replace(/Invalid value: ".*"(: [^"]*)/s, 'Invalid value: <object>$1');
  if (/^Invalid value: "\{/.test(text)) return text.replace(/^Invalid value: ".*"(: [^"]*)/s, 'Invalid value: <object>$1');
  return text
    .replace(UID, '<uid>')
    .replace(TIME, '<time>')
    .replace(/current: \d+/, 'current: <revision>')
    .replace(/in record \(\d+\)/, 'in record (<revision>)');
}
