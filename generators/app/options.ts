import type { Flag } from '../engine/flags.ts';
import { flagOf } from '../engine/questions.ts';
import { questions } from './questions.ts';

/** Flags that answer no question. */
const others: readonly Flag[] = [
  { name: 'data-folder', value: '<path>', summary: 'Where the IDX files are (default: dataset, inside the project)' },
  { name: 'data-file', value: '<path>', summary: 'Where the CSV file is (default: dataset/table.csv, inside the project)' },
  { name: 'target', value: '<column>', summary: 'The column of the CSV file to predict (default: target)' },
  {
    name: 'preset',
    value: '<spec>',
    summary: "A team's answers and files: a JSON file, a package, or its folder or tarball; none to leave it",
  },
  { name: 'yes', short: 'y', summary: 'Ask nothing: take the default wherever no flag says otherwise' },
  { name: 'no-interactive', summary: 'The same; also the rule without a terminal, and where CI is set' },
  { name: 'ask-all', summary: 'Ask also what is usually left at its default' },
  { name: 'skip-install', summary: 'The same as --install no, but with a first commit' },
  { name: 'skip-git', summary: 'The same as --git no' },
  { name: 'runtime', value: '<spec>', summary: 'Version, tag, address or tarball of dl-project (default: the version of this tool)' },
  { name: 'generator', value: '<spec>', summary: 'The same of create-dl-project' },
  { name: 'force', summary: 'Write into a folder that is not empty; files of the same name are replaced or merged' },
  { name: 'conflict', value: '<rule>', summary: 'Both sides changed a line: fail (default) | markers | ours (yours) | theirs' },
  { name: 'dry-run', summary: 'List what would be made, and touch nothing' },
  { name: 'diff', summary: 'With --dry-run: show the changes line by line' },
  { name: 'json', summary: 'For tools: ask nothing, and print one JSON object' },
  { name: 'help', short: 'h', summary: 'Show this' },
  { name: 'version', short: 'v', summary: 'Show the version' },
];

/** All flags of `create-dl-project`. */
export const flags: readonly Flag[] = [...questions.map(flagOf), ...others];
