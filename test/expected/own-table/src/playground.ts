import { writeAugmentationSheet } from 'dl-project/data';
import { drawImage } from 'dl-project/reporting';
import { type Run, runScript } from 'dl-project/runs';
import { getDataLoaders } from './data/index.ts';
import { type Config, project } from './project.ts';

/** A place to look at the data before training: sizes, shapes, classes, single samples. Change it as you like. */
export async function playground(config: Config, run: Run<Config>, { samples }: { samples: number }) {
  const { train, validation, features } = await getDataLoaders(config);
  run.print(`  ${train.length} training and ${validation?.length ?? 0} validation samples, ${train.steps} batches per epoch`);

  for await (const { size, inputs, targets } of train.epoch(0)) {
    const sorted = inputs.toSorted();
    const range = `from ${sorted[0].toFixed(2)} to ${sorted[sorted.length - 1].toFixed(2)}`;
    run.print(`  first batch: inputs [${[size, ...features.inputShape].join(', ')}] ${range}, targets [${targets.length}]`);
    if (features.task === 'classification') {
      run.print(`  ${features.outputNames.map((name, label) => `${name}: ${targets.filter((one) => one === label).length}`).join('   ')}`);
    }
    break;
  }

  for (let i = 0; i < samples; i++) {
    const { inputs, targets } = await train.dataset.get([i]);
    const raw = train.dataset.raw?.(i);
    run.print(`\n  sample ${i}: ${features.task === 'classification' ? features.outputNames[targets[0]] : targets.join(', ')}`);
    run.print(`  ${raw?.kind === 'image' ? drawImage(raw.pixels, raw.shape).join('\n  ') : inputs.join('  ')}`);
  }

  if (features.inputShape.length === 3) {
    const sheet = run.path('augmentation.png');
    await writeAugmentationSheet(sheet, train);
    run.print(`\n  ${run.shown(sheet)}: training images as they are, on the left, and as the first epochs see them`);
  }
}

await runScript(import.meta.url, project, playground, { on: 'project', settings: { samples: 3 } });
