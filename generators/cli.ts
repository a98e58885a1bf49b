#!/usr/bin/env node
import { main } from './main.ts';

process.exitCode = await main(process.argv.slice(2), {
  cwd: process.cwd(),
  environment: process.env,
  isTerminal: Boolean(process.stdin.isTTY && process.stdout.isTTY),
  columns: process.stdout.columns ?? 80,
  print: (text) => console.log(text),
  printError: (text) => console.error(text),
});
