export * from './handler-file-schema.ts';
export type { HandlerSpec } from './handler-spec.ts';
export type { JsonPatch, JsonPatchOperation } from './json-patch.ts';
