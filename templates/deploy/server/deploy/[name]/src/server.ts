import { loadModel } from 'dl-project/inference';
import { createApp } from './app.ts';
import { settings } from './settings.ts';

/** Loads the model once, answers until it is told to stop, and finishes what is open then. */
async function serve(): Promise<void> {
  const { host, port, logLevel, stopSeconds } = settings;
  const app = createApp(await loadModel(settings.model), settings, { logger: { level: logLevel } });
  const stop = async (signal: string) => {
    app.log.info(`${signal}: open requests are finished, new ones are refused`);
    setTimeout(() => app.server.closeAllConnections(), 1_000 * stopSeconds).unref();
    await app.close();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop); // Ctrl-C; the second one ends it at once
  await app.listen({ host, port, backlog: 1_024 });
}

try {
  await serve();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
