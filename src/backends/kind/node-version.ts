/** Major and minor version of Kubernetes, such as `[1, 34]`. */
export type MinorVersion = readonly [number, number];

/** The version in a text such as `kindest/node:v1.34.0@sha256:…` or `v1.34.0`; undefined when there is none. */
export function versionIn(text: string): MinorVersion | undefined {
  const [, major, minor] = /(?:^|:)v?(\d+)\.(\d+)(?:\.\d+)?(?:[-+@].*)?$/.exec(text.trim()) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor)];
}

export function isAtLeast([major, minor]: MinorVersion, [wantedMajor, wantedMinor]: MinorVersion): boolean {
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}
