export { suite } from './lambda.ts';
