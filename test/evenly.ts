import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files of all projects spread evenly over the run, so that the two that run side by side are seldom of one kind: a real
 * VS Code beside a model rather than beside another VS Code.
 */
export class Evenly extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const kinds = [...new Set(sorted.map(({ project }) => project))];
    const places = kinds.flatMap((kind) => {
      const own = sorted.filter(({ project }) => project === kind);
      return own.map((file, index) => ({ file, at: (index + 0.5) / own.length }));
    });
    return places.sort((one, other) => one.at - other.at).map(({ file }) => file);
  }
}
