/** One thing that is not compared, since it differs between any two clusters or any two runs. */
interface Replacement {
  what: RegExp;
  by: string;
  why: string;
}

/** Everything that is replaced before answers are compared, in this order. */
export const REPLACEMENTS: readonly Replacement[] = [
  { what: /\u001b\[\d+m/g, by: '', why: 'colours' },
  { what: /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, by: 'UID', why: 'uids are made at random' },
  { what: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g, by: 'TIME', why: 'times of day' },
  { what: /\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000/g, by: 'TIME', why: 'and those of kubectl describe' },
  { what: /(pod-template-hash[=:] ?|\bweb-)[a-z0-9]{6,10}\b/g, by: '$1HASH', why: 'Deployments hash how their template lies in memory' },
  { what: /\b\d{1,3}(\.\d{1,3}){3}\b/g, by: 'IP', why: 'addresses are handed out in any order' },
  { what: /(?<![\w.-])(\d+[smhd]){1,2}(?![\w.-])/g, by: 'AGE', why: 'ages' },
  { what: /\/tmp\/[\w./-]+/g, by: 'PATH', why: 'every run has a folder of its own' },
  { what: /((?:-HASH|-[a-z0-9]{6,10}|\bcount))-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, by: '$1-POD', why: 'names of pods end at random' },
  { what: /\b(containerd|embedded):\/\/[0-9a-f]+/g, by: 'CONTAINER', why: 'containers have random ids' },
  { what: /[\w./-]*@?sha256:[0-9a-f]{12,}/g, by: 'DIGEST', why: 'images are built anew' },
  { what: /\b(real-control-plane|lab-control-plane)\b/g, by: 'NODE', why: 'the clusters call their only node differently' },
  {
    what: /(resourceVersion: |resourceVersion\\?":\\?"|Resource Version: +)"?\d+"?/g,
    by: '$1REVISION',
    why: 'revisions count all writes to the cluster',
  },
  {
    what: /(is invalid: (?:\S+: )?Invalid value: )"\{\\".*\}"/g,
    by: '$1OBJECT',
    why: 'an object in a message lists its fields in whatever order the server keeps them',
  },
  { what: /[ \t]+/g, by: ' ', why: 'columns are as wide as the generated names in them' },
  { what: / $/gm, by: '', why: 'and so is what is left of them at the end of a line' },
];

/** The text without what `REPLACEMENTS` names, and without the name of the run's own namespace. */
export function normalise(text: string, namespace: string): string {
  return REPLACEMENTS.reduce((rest, { what, by }) => rest.replace(what, by), text.replaceAll(namespace, 'NAMESPACE'));
}
