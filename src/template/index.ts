export {
  aggregateData,
  alertaEventData,
  alertData,
  type DetailsParts,
  detailsData,
  eventData,
  type IdParts,
  idData,
  type MessageParts,
  messageData,
  rowData,
  type ServerInfo,
  servicenowData,
  tagsData,
  templateData,
  zenossData,
} from './data/event-data.ts';
export { TEMPLATE_KINDS, type TemplateKind } from './data/template-kinds.ts';
export { type RenderTemplateOptions, renderTemplate } from './render-template.ts';
export {
  compileTemplate,
  type DataTypeName,
  type Template,
  type TemplateLimits,
  type TemplateOptions,
} from './template.ts';
