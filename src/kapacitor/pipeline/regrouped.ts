import type { Tags } from '../../alert/point.ts';
import { Group } from './group.ts';

/** The group of a point of which tags have changed. */
export function regrouped(group: Group, name: string, tags: Tags): Group {
  return group.dimensions.names.length === 0 ? group : new Group({ name, tags }, group.dimensions);
}
