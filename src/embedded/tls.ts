/** Certificates of one cluster, as PEM. */
export interface ClusterCertificates {
  /** What clients trust. Its key is thrown away: nothing else is ever signed with it. */
  caPem: string;
  certificatePem: string;
  privateKeyPem: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const LIFETIME_DAYS = 3_650;

/**
 * Makes a CA and a server certificate for 127.0.0.1 and the names of the API inside the cluster. Takes some 30 ms.
 * Why sha256 is spelled out: the library's default is refused by Node.
 */
export async function createCertificates(nowMs: number): Promise<ClusterCertificates> {
  const { generate } = await import('selfsigned');
  const common = {
    keyType: 'ec' as const,
    algorithm: 'sha256',
    notBeforeDate: new Date(nowMs - DAY_MS),
    notAfterDate: new Date(nowMs + LIFETIME_DAYS * DAY_MS),
  };
  const ca = await generate([{ name: 'commonName', value: 'embedded lab cluster CA (throw-away)' }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  const leaf = await generate([{ name: 'commonName', value: 'kube-apiserver' }], {
    ...common,
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '10.96.0.1' },
          ...['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'].map(
            (value) => ({ type: 2 as const, value }),
          ),
        ],
      },
    ],
  });
  return { caPem: ca.cert, certificatePem: leaf.cert, privateKeyPem: leaf.private };
}
