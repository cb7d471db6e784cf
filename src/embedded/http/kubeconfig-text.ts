/** What a kubeconfig has to say about a cluster. */
export interface KubeconfigContent {
  /** Such as `https://127.0.0.1:40123`. */
  server: string;
  caPem: string;
  token: string;
  /** Of the cluster, user and context alike. */
  name: string;
  /** What `kubectl` uses when no namespace is named. */
  namespace?: string;
}

/** A kubeconfig with everything inside: the text of a file that should be readable by its owner only. */
export function kubeconfigText({ server, caPem, token, name, namespace }: KubeconfigContent): string {
  const quoted = JSON.stringify(name);
  return `apiVersion: v1
kind: Config
clusters:
  - name: ${quoted}
    cluster:
      server: ${JSON.stringify(server)}
      certificate-authority-data: ${Buffer.from(caPem).toString('base64')}
users:
  - name: ${quoted}
    user:
      token: ${JSON.stringify(token)}
contexts:
  - name: ${quoted}
    context:
      cluster: ${quoted}
      user: ${quoted}
${namespace === undefined ? '' : `      namespace: ${JSON.stringify(namespace)}\n`}current-context: ${quoted}
`;
}
