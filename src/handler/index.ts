export * from './handler.ts';
export * from './handler-file-schema.ts';
export * from './handler-kind.ts';
export type { HandlerSpec } from './handler-spec.ts';
export type { JsonPatch, JsonPatchOperation } from './json-patch.ts';
export * from './options.ts';
export * from './redactor.ts';
export * from './secrets.ts';
export * from './standard-schema.ts';
