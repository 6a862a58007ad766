import type { CellResult } from '../../core/matrix.ts';
import { withLimit } from '../../core/with-limit.ts';
import type { LabPorts } from '../ports.ts';
import type { MatrixRequest } from './matrix-request.ts';
import type { PlannedCell } from './plan-cells.ts';
import { runCell } from './run-cell.ts';

/**
 * Lives through every cell of a matrix, several at once, and resolves with what became of them, in their order. Each lab that was made is
 * destroyed again, also when the user stops, but for those that are to be kept. Rejects for bugs only, once every lane has ended.
 */
export async function runMatrix(request: MatrixRequest, ports: LabPorts): Promise<readonly CellResult[]> {
  const results = new Map<PlannedCell, CellResult>();
  const bugs: unknown[] = [];
  await withLimit(lanesOf(request), request.parallelism, async (lane) => {
    let standing: string | null = null;
    for (const [index, planned] of lane.entries()) {
      try {
        const ended = await runCell(planned, { standing, goesOn: index < lane.length - 1 }, { request, ports });
        standing = ended.standing;
        results.set(planned, ended.result);
        request.onEnd(ended.result);
      } catch (error) {
        standing = null;
        bugs.push(error);
      }
    }
  });
  if (bugs.length > 0) throw bugs[0];
  return request.cells.flatMap((planned) => results.get(planned) ?? []);
}

/** Cells one after the other on one lab: those of one cloud and architecture where labs are used again, else each by itself. */
function lanesOf({ cells, reuse }: MatrixRequest): readonly (readonly PlannedCell[])[] {
  if (!reuse) return cells.map((planned) => [planned]);
  const lanes = new Map<string, PlannedCell[]>();
  for (const planned of cells) {
    const place = `${planned.cell.cloud} ${planned.cell.arch}`;
    lanes.set(place, [...(lanes.get(place) ?? []), planned]);
  }
  return [...lanes.values()];
}
