import { DlError, type Model, type ModelFeatures, type RawSample } from 'dl-project/inference';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyServerOptions, LogController } from 'fastify';
import { addMetrics } from './metrics.ts';
import { PredictionQueue } from './prediction-queue.ts';
import type { Settings } from './settings.ts';

interface PredictBody {
  readonly samples: readonly RawSample[];
}

/** The server's routes. It answers as soon as `listen` is called. */
export function createApp(model: Model, settings: Settings, options: FastifyServerOptions = {}): FastifyInstance {
  const { mostSamples, largestBodyBytes, mostWaiting } = settings;
  const queue = new PredictionQueue(model, mostWaiting);
  const app = Fastify({
    bodyLimit: largestBodyBytes,
    requestTimeout: 30_000, // for those who open a request and never end it
    logController: new LogController({ disableRequestLogging: true }), // /metrics counts them
    ajv: { customOptions: { coerceTypes: false } }, // null is no 0
    ...options,
  });
  app.removeContentTypeParser('text/plain'); // 415, as for every type but JSON
  const count = addMetrics(app, queue);

  app.get('/health', async () => ({ status: 'alive' }));
  app.get('/ready', async (_, reply) => (queue.isFull ? busy(reply) : { status: 'ready' }));
  app.get('/model', async () => ({ features: model.features, metrics: model.metrics }));

  // Only the frame is checked here: the model itself says what is wrong with a sample.
  const samples = { type: 'array', minItems: 1, maxItems: mostSamples };
  const body = { type: 'object', required: ['samples'], properties: { samples } };
  app.post<{ Body: PredictBody }>('/predict', { schema: { body } }, async (request, reply) => {
    if (queue.isFull) return busy(reply);
    const predictions = await queue.predict(request.body.samples);
    count(predictions);
    return { predictions };
  });

  const expected = `POST /predict, content-type application/json: { "samples": [${sampleText(model.features)}, ...] }, 1 to ${mostSamples} samples, at most ${largestBodyBytes} bytes`;
  app.setNotFoundHandler((request, reply) => reply.code(404).send({ error: `There is no ${request.method} ${request.url}`, expected }));
  app.setErrorHandler((error: FastifyError | DlError, request, reply) => {
    const status = error instanceof DlError ? 400 : (error.statusCode ?? 500);
    if (status < 500) return reply.code(status).send({ error: error.message, expected });
    request.log.error(error);
    return reply.code(status).send({ error: 'The server failed; its log says why' });
  });

  // Who is answered last keeps no connection open.
  let isClosing = false;
  app.addHook('preClose', async () => {
    isClosing = true;
  });
  app.addHook('onSend', async (_, reply) => {
    if (isClosing) reply.header('Connection', 'close');
  });
  return app;
}

function busy(reply: FastifyReply): { readonly error: string } {
  reply.code(503).header('Retry-After', '1');
  return { error: 'Too many requests are waiting; come again in a second' };
}

/** How a sample looks in a request: `{"rooms":3.2,"town":"Ulm"}`, or that it is a list of pixels. */
function sampleText({ preprocessing, inputShape }: ModelFeatures): string {
  if (preprocessing.kind === 'scale') return `[${inputShape.reduce((a, b) => a * b)} numbers: ${inputShape.join(' x ')}, row after row]`;
  const example = (column: (typeof preprocessing.columns)[number]) =>
    column.kind === 'number' ? Number(column.mean.toPrecision(3)) : column.categories[0];
  return JSON.stringify(Object.fromEntries(preprocessing.columns.map((column) => [column.name, example(column)])));
}
