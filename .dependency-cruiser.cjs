/** The arrows between folders: a file imports from its own row and the rows below it (docs/architecture.md). */

/** Folders under src and grader that `from` may import, as one pattern. */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.ts$' },
  to: { path: '^(src|grader)/', pathNot: [from, ...allowed] },
});

const home = (module, folder) => ({
  name: `home-of-${module.replaceAll(/\W+/g, '-')}`,
  comment: `${module} is imported in one place only`,
  severity: 'error',
  from: { path: '^(src|grader)/', pathNot: [folder, '\\.test\\.ts$'] },
  to: { path: `(^|node_modules/)${module}($|/)` },
});

/** What every kind of cluster is handled with. */
const SHARED_BY_BACKENDS = '^src/backends/([^/]+\\.ts$|drill-steps/)';

/** Git itself, which the agent's app and the lab share: histories, and reading them from a folder. */
const GIT = '^src/apps/gitops/git-[a-z]+\\.ts$';

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    only('grader-stands-alone', '^grader/', [], 'the grader owns its ports'),
    only('errors-import-nothing', '^src/errors\\.ts$', []),
    only('system', '^src/system/', ['^src/errors\\.ts$']),
    only('kube-types', '^src/kube/types/', []),
    only('kube', '^src/kube/', ['^src/system/', '^src/errors\\.ts$', GIT]),
    only('apps', '^src/apps/', []),
    only('embedded', '^src/embedded/', ['^src/kube/types/', '^src/system/(clock|json|three-way-merge|time)\\.ts$', '^src/apps/']),
    only('scenarios', '^src/scenarios/', ['^src/kube/', '^src/system/', '^src/errors\\.ts$', GIT]),
    only('session', '^src/session/', ['^src/system/', '^src/errors\\.ts$', GIT]),
    only('backend-interface', SHARED_BY_BACKENDS, [
      '^src/backends/',
      GIT,
      '^src/kube/',
      '^src/system/',
      '^src/errors\\.ts$',
      '^grader/index\\.ts$',
    ]),
    only('backend-kind', '^src/backends/kind/', [
      SHARED_BY_BACKENDS,
      '^src/apps/[^/]+/releases\\.ts$',
      '^src/kube/',
      '^src/system/',
      '^src/errors\\.ts$',
      '^grader/index\\.ts$',
    ]),
    only('backend-embedded', '^src/backends/embedded/', [
      SHARED_BY_BACKENDS,
      '^src/embedded/',
      GIT,
      '^src/kube/',
      '^src/system/',
      '^src/errors\\.ts$',
      '^grader/index\\.ts$',
    ]),
    only('commands', '^src/commands/', [
      '^src/(scenarios|session|backends|kube|system|cli)/',
      '^src/errors\\.ts$',
      '^grader/index\\.ts$',
      GIT,
    ]),
    {
      name: 'embedded-behind-its-backend',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/embedded/', '^src/backends/embedded/', '\\.test\\.ts$'] },
      to: { path: '^src/embedded/' },
    },
    home('commander', '^src/cli/'),
    home('listr2', '^src/cli/'),
    home('inquirer', '^src/cli/'),
    home('dockerode', '^src/system/docker\\.ts$'),
    home('node:child_process', '^src/system/exec\\.ts$'),
    home('child_process', '^src/system/exec\\.ts$'),
    home('ajv', '^src/scenarios/(validate|compile-validators)\\.ts$'),
    home('lmdb', '^src/embedded/store/'),
    home('isomorphic-git', '^src/(apps/gitops|session)/'),
    home('selfsigned', '^src/embedded/tls\\.ts$'),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|workspace|coverage)/' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'] },
  },
};
