import { checkMetadata } from '../metadata-validation.ts';
import { dns1123Subdomain } from '../name-problems.ts';
import type { KindRules } from '../kind-rules.ts';

/** What is checked of every custom object beyond its schema. Models registry/customresource/strategy.go and validator.go. */
export const CUSTOM_OBJECT_RULES: KindRules = {
  validate: (draft, previous) => checkMetadata(draft, previous, dns1123Subdomain),
};
