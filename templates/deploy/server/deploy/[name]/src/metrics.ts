import type { Prediction } from 'dl-project/inference';
import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { PredictionQueue } from './prediction-queue.ts';

/**
 * Adds /metrics in Prometheus' text form: requests and how long they took, predictions by answer, and what Node says of itself.
 * @returns what counts predictions
 */
export function addMetrics(app: FastifyInstance, queue: PredictionQueue): (predictions: readonly Prediction[]) => void {
  const registry = new Registry(); // of this server alone
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'From a request to its answer; the count is the number of requests',
    labelNames: ['route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  });
  const predicted = new Counter({ name: 'predictions_total', help: 'Samples predicted, by answer', labelNames: ['label'], registers });
  const waiting = new Gauge({ name: 'predictions_waiting', help: 'Requests that wait for their turn', registers });

  app.addHook('onResponse', async ({ routeOptions }, reply) => {
    duration.observe({ route: routeOptions.url ?? 'none', status: reply.statusCode }, reply.elapsedTime / 1_000);
  });
  app.get('/metrics', async (_, reply) => {
    waiting.set(queue.length);
    return reply.type(registry.contentType).send(await registry.metrics());
  });
  return (predictions) => {
    for (const { label = 'a number' } of predictions) predicted.inc({ label });
  };
}
