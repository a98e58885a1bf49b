import { exitCodes } from '../engine/exit.ts';
import { withDefaults } from '../engine/questions.ts';
import { count } from '../engine/screen.ts';
import { readTemplates } from '../engine/templates.ts';
import { packageRoot } from '../package-root.ts';
import { refuseConflicts } from './consent.ts';
import { planProject } from './plan.ts';
import { installQuestion, questions } from './questions.ts';
import { type CreateRequest, inputOf } from './request.ts';

/** Lists what would be made, by defaults where nothing is said; asks nothing, loads no Yeoman, touches nothing. */
export async function dryRun(request: CreateRequest, print: (text: string) => void): Promise<number> {
  await refuseConflicts(request);
  const answers = withDefaults([...questions, installQuestion], request.given);
  const files = planProject(inputOf(request, answers), readTemplates(new URL('templates/app/', packageRoot)));
  const place = request.destination.shown ? `${request.destination.shown}/` : '';
  const flags = questions.map(({ name }) => `--${name} ${answers[name]}`).join(' ');
  const steps = [!request.skipInstall && `${request.packageManager} install`, !request.skipGit && 'git init and a first commit'].filter(
    Boolean,
  );
  print(`
  ${flags}

${[...files.keys()].map((path) => `  would create ${place}${path}`).join('\n')}

  ${count(files.size, 'file')}, nothing written.${steps.length > 0 ? ` Without --dry-run also: ${steps.join(', ')}.` : ''}
`);
  return exitCodes.done;
}
