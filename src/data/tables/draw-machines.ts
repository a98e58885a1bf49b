import { RandomStream } from '../../core/random.ts';
import type { DrawTableOptions } from './draw-houses.ts';
import type { Table } from './table.ts';
import { tableOf } from './table-of.ts';

const states = ['healthy', 'healthy', 'unbalanced', 'worn bearing', 'poor cooling'] as const;

/**
 * Invented readings of pumps and what is wrong with each. No reading tells it alone: every pump shakes more with the square of the speed
 * and at its resonance near 2,000 rpm; the bearing's warmth must be judged by load times speed, oil and hall; a worn bearing shakes at low
 * speed and runs warm at high speed.
 * Two fifths are healthy; 3 % of the oil types and hall temperatures are missing.
 */
export function drawMachines({ rows, seed }: DrawTableOptions): Table {
  return tableOf(
    'synthetic-machines',
    Array.from({ length: rows }, (_, row) => drawMachine(new RandomStream(seed, 'machine', row))),
  );
}

function drawMachine(random: RandomStream) {
  const state = states[random.integer(states.length)];
  const speed = random.uniform(0.3, 1);
  const load = random.uniform(0.1, 1);
  const hall = random.uniform(5, 35);
  const oil = random.uniform() < 0.5 ? 'mineral' : 'synthetic';
  const strength = random.uniform(0.6, 1.4);
  const shaking = { healthy: 0, unbalanced: 3 * speed * speed, 'worn bearing': 1.9 * (1.1 - speed), 'poor cooling': 0 }[state] * strength;
  const heating = { healthy: 0, unbalanced: 0, 'worn bearing': 12 * speed, 'poor cooling': 26 * load }[state] * strength;
  const friction = oil === 'mineral' ? 1.25 : 1;
  const resonance = 2.4 / (1 + ((speed - 0.68) / 0.08) ** 2);
  const vibration = 0.6 + 1.6 * speed * speed + resonance + shaking + 0.1 * random.normal();
  const temperature = hall + 14 + 45 * load * speed * friction + heating + 1.2 * random.normal();
  return {
    speed_rpm: Math.round(3000 * speed),
    load_percent: Math.round(100 * load),
    hall_celsius: random.uniform() < 0.03 ? undefined : Math.round(hall * 10) / 10,
    oil: random.uniform() < 0.03 ? undefined : oil,
    vibration_mm_s: Math.max(0, Math.round(vibration * 100) / 100),
    bearing_celsius: Math.round(temperature * 10) / 10,
    state,
  };
}
