import { exitCodes } from '../engine/exit.ts';
import type { Output } from '../engine/output.ts';
import { withDefaults } from '../engine/questions.ts';
import { count } from '../engine/screen.ts';
import { readTemplates } from '../engine/templates.ts';
import { packageRoot } from '../package-root.ts';
import { refuseConflicts } from './consent.ts';
import { planProject } from './plan.ts';
import { questions } from './questions.ts';
import { type CreateRequest, inputOf } from './request.ts';

/** Lists what would be made, by defaults where nothing is said; asks nothing, loads no Yeoman, touches nothing. */
export async function dryRun(request: CreateRequest, output: Output): Promise<number> {
  await refuseConflicts(request);
  const { name, folder, shown } = request.destination;
  const answers = withDefaults(questions, request.given);
  const files = planProject(inputOf(request, answers), readTemplates(new URL('templates/app/', packageRoot)));
  const place = shown ? `${shown}/` : '';
  const flags = questions.map((question) => `--${question.name} ${answers[question.name]}`).join(' ');
  const steps = [
    answers.install === 'yes' && `${answers['package-manager']} install`,
    answers.git === 'yes' && 'git init and a first commit',
  ].filter(Boolean);
  const text = `
  ${flags}

${[...files.keys()].map((path) => `  would create ${place}${path}`).join('\n')}

  ${count(files.size, 'file')}, nothing written.${steps.length > 0 ? ` Without --dry-run also: ${steps.join(', ')}.` : ''}
`;
  output.result(text, { dryRun: true, project: name, folder, answers, files: [...files.keys()] });
  return exitCodes.done;
}
