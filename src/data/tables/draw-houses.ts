import { RandomStream } from '../../core/random.ts';
import type { Table } from './table.ts';
import { tableOf } from './table-of.ts';

export interface DrawTableOptions {
  readonly rows: number;
  /** Equal seeds give equal tables; row i does not depend on `rows`. */
  readonly seed: number;
}

const kinds = { flat: 1, terraced: 1.06, detached: 1.22 };
const energyClasses = { A: 1.08, B: 1.04, C: 1, D: 0.95, E: 0.88, F: 0.8 };

/**
 * Invented houses and their prices. The price per square metre falls with the distance from the centre and rises again near the lake,
 * new and very old houses are dear, each further room helps less, and a garden counts by its share of the plot; all factors are
 * multiplied, so that a linear model misses much of it. 4 % noise; 3 % of the energy classes and ages are missing.
 */
export function drawHouses({ rows, seed }: DrawTableOptions): Table {
  return tableOf(
    'synthetic-houses',
    Array.from({ length: rows }, (_, row) => drawHouse(new RandomStream(seed, 'house', row))),
  );
}

function drawHouse(random: RandomStream) {
  const kind = choose(random, kinds);
  const energy = choose(random, energyClasses);
  const area = Math.round(35 + 190 * random.uniform() ** 1.6);
  const rooms = Math.max(1, Math.round(area / random.uniform(20, 36)));
  const age = Math.round(120 * random.uniform() ** 1.5);
  const distance = Math.round(250 * random.uniform() ** 1.3) / 10;
  const garden = kind === 'flat' ? 0 : Math.round(800 * random.uniform() ** 2);
  const place = 1800 + 4200 / (1 + (distance / 6) ** 2) + 1700 / (1 + ((distance - 17) / 2) ** 2);
  const condition = 0.72 + 0.38 / (1 + (age / 18) ** 2) + 0.3 * Math.max(0, (age - 75) / 45);
  const comfort = kinds[kind] * energyClasses[energy] * (1 + 0.1 * Math.sqrt(rooms - 1));
  const price = area * place * condition * comfort * (1 + (0.35 * garden) / (garden + 300)) * (1 + 0.04 * random.normal());
  return {
    kind,
    area_m2: area,
    rooms,
    age_years: random.uniform() < 0.03 ? undefined : age,
    distance_km: distance,
    garden_m2: garden,
    energy_class: random.uniform() < 0.03 ? undefined : energy,
    price: Math.round(price / 1000) * 1000,
  };
}

function choose<Name extends string>(random: RandomStream, choices: Readonly<Record<Name, unknown>>): Name {
  const names = Object.keys(choices) as Name[];
  return names[random.integer(names.length)];
}
