import { execFileSync } from 'node:child_process';

/** Compiles once before the tests: those that start the CLI or a worker run the compiled program, as a learner does. */
export default function build(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
}
