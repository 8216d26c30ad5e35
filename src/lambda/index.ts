export { type CompiledLambda, compileLambda, type LambdaOptions } from './compile-lambda.ts';
export { decidingReferences } from './compiler.ts';
export { depthOf, MAX_DEPTH as MAX_LAMBDA_DEPTH } from './depth.ts';
export { Duration } from './duration.ts';
export { type Explanation, printExplanation } from './explain.ts';
export { LAMBDA_FUNCTIONS } from './functions/index.ts';
export {
  contextual,
  type FunctionContext,
  type LambdaFunction,
  type LambdaSignature,
  signature,
} from './lambda-function.ts';
export type { LambdaType, LambdaValue, RawValue, ScopeValue } from './lambda-type.ts';
export { type SourceOrigin, syntaxError, tokenize } from './lexer.ts';
export type * from './node.ts';
export type { Run } from './operators.ts';
export { LambdaParser, type ParseOptions, parseLambda } from './parser.ts';
export { printLambda } from './print.ts';
export { Regex } from './regex.ts';
export { isInherited, mapScope, pointReader, pointScope, type ScopeKind } from './scope.ts';
export type { Token, TokenKind } from './token.ts';
export { allNodes, childrenOf, leftChain, referencesOf } from './walk.ts';
