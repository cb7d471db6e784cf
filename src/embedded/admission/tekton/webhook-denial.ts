import { badRequest, type ApiError } from '../../api/api-error.ts';

/** A mistake that Tekton's webhook finds, in the form in which knative's FieldError prints it. */
export interface FieldMistake {
  message: string;
  path: string;
  details?: string;
}

export function missingField(path: string): FieldMistake {
  return { message: 'missing field(s)', path };
}

export function invalidField(value: string, path: string, details?: string): FieldMistake {
  return { message: `invalid value: ${value}`, path, ...(details !== undefined && { details }) };
}

/** What the webhook answers: the same mistake in several places is told once, with all of them. */
export function denial(mistakes: readonly FieldMistake[]): ApiError {
  const paths = new Map<string, string[]>();
  for (const { message, path, details } of mistakes) {
    const key = `${message}\0${details ?? ''}`;
    paths.set(key, [...(paths.get(key) ?? []), path]);
  }
  const lines = [...paths].map(([key, places]) => {
    const [message, details] = key.split('\0');
    return `${message}: ${places.sort().join(', ')}${details ? `\n${details}` : ''}`;
  });
  const text = lines.sort().join('\n');
  return badRequest(`admission webhook "validation.webhook.pipeline.tekton.dev" denied the request: validation failed: ${text}`);
}
