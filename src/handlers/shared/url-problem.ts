import { hasSecretReference } from '../../handler/secrets.ts';
import { goUrl } from './go-url.ts';

/** What is wrong with a text that must be an http or https URL, if anything. References to secrets pass. */
export function urlProblem(name: string, url: string | undefined): string | undefined {
  if (url === undefined || url === '') return `${name} is required`;
  if (hasSecretReference(url)) return undefined;
  return goUrl(url) !== undefined ? undefined : `${name} is no http or https URL`;
}
