export type { ConfSection, DeadmanConf, KapacitorConf } from './conf/kapacitor-conf.ts';
export {
  type LoadKapacitorConfOptions,
  loadKapacitorConf,
  loadKapacitorConfFile,
} from './conf/load-kapacitor-conf.ts';
export { type KapacitorDirectory, type LoadDirectoryOptions, loadDirectory } from './load-directory.ts';
export { type LoadTickscriptOptions, loadTickscript, loadTickscriptFile } from './load-tickscript.ts';
export type { DeadmanTexts } from './nodes/deadman.ts';
export type {
  AlertDefaults,
  AlertHandler,
  LogEntry,
  PointOrigin,
  ScriptAlert,
} from './pipeline/node-host.ts';
export type { DeclaredVar } from './tickscript/evaluate-script.ts';
export { VAR_TYPES, type VarType } from './tickscript/script.ts';
export type { ScriptVar, TypedScriptVar } from './tickscript/script-vars.ts';
export {
  type TaskEvents,
  type TaskFailure,
  type TaskJudgement,
  type TaskSink,
  TickscriptTask,
} from './tickscript-task.ts';
