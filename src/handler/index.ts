export * from './handler.ts';
export * from './handler-kind.ts';
export * from './options.ts';
export * from './redactor.ts';
export * from './secrets.ts';
export * from './standard-schema.ts';
