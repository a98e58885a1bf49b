import { questions } from '../app/questions.ts';
import { messageOf } from '../engine/questions.ts';

const text = { type: 'string', minLength: 1 };

/**
 * The keys of a `preset.json`, as JSON Schema: editors complete and check by it (`schemas/preset.schema.json` is this, and a
 * test keeps the two equal); `checkPreset` takes the names from it and says more precisely what is wrong.
 */
export const presetSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Preset of create-dl-project',
  description: "A team's answers, locked choices and files for its projects: docs/presets.md.",
  type: 'object',
  required: ['schema'],
  additionalProperties: false,
  properties: {
    $schema: { type: 'string', description: 'Where this schema is, for editors.' },
    schema: { const: 1, description: 'The form of this file.' },
    name: { ...text, description: "The preset's name. In a package it is the package's, and may be left out." },
    version: { ...text, description: "The preset's version. In a package it is the package's, and may be left out." },
    answers: {
      type: 'object',
      description: 'Answers to the questions, by the names of their flags: the defaults of a new project.',
      additionalProperties: false,
      properties: Object.fromEntries(
        questions.map((question) => [
          question.name,
          { enum: question.all.map(({ value }) => value), description: messageOf(question, {}) },
        ]),
      ),
    },
    locked: {
      type: 'array',
      description: 'Questions whose answers stand: they are shown and not asked, and a flag that says something else is refused.',
      uniqueItems: true,
      items: { enum: questions.map(({ name }) => name) },
    },
    files: {
      type: 'object',
      description:
        'Path in the project -> a text file beside this one, or the text itself. It takes the place of the file of that path, or is one more. {{project-name}} in it becomes the name of the project.',
      additionalProperties: {
        anyOf: [text, { type: 'object', required: ['text'], additionalProperties: false, properties: { text: { type: 'string' } } }],
      },
    },
    packageJson: {
      type: 'object',
      description: "What package.json gets on top of the project's own, key by key: scripts, engines, devDependencies, settings of tools.",
    },
  },
} as const;
