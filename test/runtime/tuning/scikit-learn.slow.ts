import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { RandomStream } from '../../../src/core/random.ts';
import { rankCandidates } from '../../../src/tuning/cv-results.ts';
import { describeWith, python, pythonCommand } from '../../support/requirements.ts';

/** Puts the scores of the folds through scikit-learn's own formatting of `cv_results_`. */
const code = `
import json, math, sys, warnings
import numpy as np
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import GridSearchCV
warnings.simplefilter('ignore')
scores = json.load(sys.stdin)
folds = len(scores[0])
out = [{'test_scores': math.nan if s is None else s, 'fit_time': 1.0, 'score_time': 1.0, 'n_test_samples': 1} for candidate in scores for s in candidate]
search = GridSearchCV(DummyClassifier(), {})
results = search._format_results([{'a': i} for i in range(len(scores))], folds, out)
print(json.dumps({k: [None if np.isnan(v) else float(v) for v in results[k + '_test_score']] for k in ['mean', 'std', 'rank']}))
`;

describeWith(python('sklearn', 'scikit-learn'), "scikit-learn's cv_results_", () => {
  test.each([2, 3, 5, 7])('of %i folds has our means, deviations and ranks', (folds) => {
    const random = new RandomStream(folds, 'cv-results');
    // One decimal makes ties; some folds have no score.
    const scores = Array.from({ length: 60 }, (_, i) =>
      Array.from({ length: folds }, () =>
        i % 9 === 4 ? Number.NaN : i % 2 === 0 ? random.uniform() : Math.round(random.uniform() * 2) / 10,
      ),
    );
    const theirs = JSON.parse(execFileSync(pythonCommand, ['-c', code], { input: JSON.stringify(scores), encoding: 'utf8' }));
    const ours = rankCandidates(scores);
    const orNull = (value: number) => (Number.isNaN(value) ? null : value);
    expect({
      mean: ours.map(({ mean }) => orNull(mean)),
      std: ours.map(({ std }) => orNull(std)),
      rank: ours.map(({ rank }) => rank),
    }).toEqual(theirs);
  });
});
