import { dirname } from 'node:path';
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { Change, ChangeKind } from '../engine/changes.ts';
import { exitCodes } from '../engine/exit.ts';
import type { Owner } from '../engine/manifest.ts';
import type { Output } from '../engine/output.ts';
import { withDefaults } from '../engine/questions.ts';
import { count } from '../engine/screen.ts';
import { abandonedStages } from '../engine/stage.ts';
import { ownersOf } from '../preset/apply-preset.ts';
import { askConsent } from './consent.ts';
import { planCreation } from './creation-plan.ts';
import { describeChanges } from './final-screen.ts';
import { describePreset, presetScreen } from './preset-screen.ts';
import { questions } from './questions.ts';
import type { CreateRequest } from './request.ts';
import { workspaceNote } from './workspace-notes.ts';

/**
 * Lists what would be made, by defaults where nothing is said; asks nothing, loads no Yeoman, touches nothing. With
 * `--diff` the lines too, as a patch. Returns the exit code the real run would have for its files.
 */
export async function dryRun(request: CreateRequest, output: Output): Promise<number> {
  await askConsent(request);
  const answers = withDefaults(questions, request.given);
  const { changes, input } = planCreation(request, answers);
  const { name, folder, shown } = request.destination;
  const place = shown ? `${shown}/` : '';
  const flags = questions.map((question) => `--${question.name} ${answers[question.name]}`).join(' ');
  const listed = changes.filter(({ kind }) => kind !== 'same');
  const steps = [
    answers.install === 'yes' && `${answers['package-manager']} install`,
    answers.git === 'yes' && 'git init and a first commit',
  ].filter(Boolean);
  const same = listed.length < changes.length ? `, ${changes.length - listed.length} of them as they are` : '';
  const workspace = workspaceNote(request.destination, input.answers['package-manager']);
  const killed = [folder, dirname(folder)].some((one) => abandonedStages(one).length > 0);
  const { presets = {} } = request;
  const owners = ownersOf(presets.preset);
  const text = [
    ...(presetScreen(presets) ? [presetScreen(presets)] : []),
    '',
    `  ${flags}`,
    '',
    ...listed.map((change) => describe(change, place, owners[change.path])),
    ...(request.diff ? ['', ...listed.map((change) => patchOf(change, place)).filter(Boolean)] : []),
    '',
    `  ${count(changes.length, 'file')}${same}, nothing written.${steps.length > 0 ? ` Without --dry-run also: ${steps.join(', ')}.` : ''}`,
    ...(workspace ? [`  ${workspace}`] : []),
    ...(killed ? ['  An earlier run was killed while it wrote here; the next one first takes back what it had done.'] : []),
    '',
  ].join('\n');
  output.result(text, { dryRun: true, project: name, folder, answers, files: describeChanges(changes), ...describePreset(presets) });
  return changes.some(({ kind }) => kind === 'conflict') ? exitCodes.conflicts : exitCodes.done;
}

const verbs: Record<ChangeKind, string> = {
  create: 'would create',
  change: 'would change',
  merge: 'would merge ',
  remove: 'would remove',
  keep: 'would keep  ',
  same: 'the same    ',
  conflict: 'conflict in ',
};

function describe({ kind, path, note }: Change, place: string, owner: Owner | undefined): string {
  const remarks = [owner === 'shared' ? 'template and preset' : owner, note].filter(Boolean);
  return `  ${verbs[kind]} ${place}${path}${remarks.length > 0 ? `  (${remarks.join(', ')})` : ''}`;
}

/** A unified diff that `git apply` and `patch -p1` understand; empty where no text changes. */
function patchOf({ path, before, text }: Change, place: string): string {
  if (before === text) return '';
  const from = before === undefined ? '/dev/null' : `a/${place}${path}`;
  const to = text === undefined ? '/dev/null' : `b/${place}${path}`;
  return createTwoFilesPatch(from, to, before ?? '', text ?? '', undefined, undefined, { headerOptions: FILE_HEADERS_ONLY });
}
