import fc from 'fast-check';

/** Grammar of small scripts that are all about who notices a failure: every construct may hold every other. All of them end. */

const PLAIN = [
  ...['true', 'false', ':', '(exit 3)', 'echo "$?"', '[ -n "$x" ]', '[ "$x" = a ]', 'nosuch 2>/dev/null', 'test a = a'],
  ...['x=a', 'x=', 'x=$(false)', 'x=$(echo a; false)', 'x=b false', 'unset x', 'return 4', 'exit 5', 'break', 'continue'],
  ...['echo 1', 'echo 2', 'echo "$x-${y:-none}"', 'echo $((1 + ${#x}))', 'eval false'],
  ...['! true', '! false', 'shift', 'cat </dev/null', 'cat </nodir/x 2>/dev/null'],
];

/** A list of commands made of the given ones. */
function listOf(simple: readonly string[]): fc.Arbitrary<string> {
  const { list } = fc.letrec<{ command: string; list: string }>((tie) => {
    const command = tie('command');
    const inner = tie('list');
    return {
      command: fc.oneof(
        { maxDepth: 4, depthIdentifier: 'command' },
        { weight: 7, arbitrary: fc.constantFrom(...simple) },
        { weight: 1, arbitrary: inner.map((commands) => `{ ${commands}; }`) },
        { weight: 1, arbitrary: inner.map((commands) => `(${commands})`) },
        { weight: 2, arbitrary: fc.tuple(command, fc.constantFrom('&&', '||'), command).map((parts) => parts.join(' ')) },
        { weight: 1, arbitrary: command.map((negated) => (negated.startsWith('!') ? negated : `! ${negated}`)) },
        { weight: 1, arbitrary: fc.tuple(command, inner).map(([left, right]) => `${left} | { cat; ${right}; }`) },
        { weight: 1, arbitrary: fc.tuple(inner, inner, inner).map(([a, b, c]) => `if ${a}; then ${b}; else ${c}; fi`) },
        { weight: 1, arbitrary: fc.tuple(inner, inner).map(([a, b]) => `for i in 1 2; do ${a}; ${b}; done`) },
        { weight: 1, arbitrary: inner.map((commands) => `printf 'a\\nb\\n' | while read -r l; do ${commands}; done`) },
        { weight: 1, arbitrary: fc.tuple(inner, inner).map(([a, b]) => `case "$x" in a) ${a};; *) ${b};; esac`) },
        { weight: 1, arbitrary: inner.map((commands) => `x=$(${commands})`) },
        { weight: 1, arbitrary: inner.map((commands) => `echo "[$(${commands})]"`) },
        { weight: 1, arbitrary: inner.map((commands) => `{ ${commands}; } >/dev/null`) },
        { weight: 1, arbitrary: fc.tuple(command, command).map(([a, b]) => `{ { ${a}; } & wait $! || ${b}; }`) },
      ),
      list: fc.array(command, { minLength: 1, maxLength: 3, depthIdentifier: 'command' }).map((commands) => commands.join('; ')),
    };
  });
  return list;
}

const OPTIONS = fc.constantFrom('', 'set -e', 'set -eu', 'set -u');
const EXIT_TRAP = "trap 'echo bye $?' EXIT";

/** Whole scripts: options, two functions, and commands. */
export function scriptsFor(shell: 'dash' | 'bash'): fc.Arbitrary<string> {
  // Why: whether bash has put redirections back when an EXIT trap runs depends on where it was, and errexit inside eval
  // on whether that is in a pipeline; neither is modelled.
  const anywhere = shell === 'dash' ? [...PLAIN, EXIT_TRAP, "eval 'false; echo e'"] : PLAIN;
  // Why: bash gets lost where a function that nobody checks turns errexit on.
  const outside = ['set -e', 'set +e', 'f', 'g', 'y=$(g)', 'if f; then echo f; fi', 'g || echo or'];
  return fc
    .tuple(
      OPTIONS,
      listOf(anywhere),
      listOf([...anywhere, 'f', 'y=$(f)']),
      fc.array(listOf([...anywhere, ...outside]), { minLength: 1, maxLength: 4 }),
    )
    .map(([options, f, g, lines]) => [`f() { ${f}; }`, `g() { ${g}; }`, 'x=a', options, ...lines, 'echo end $?'].join('\n'));
}
