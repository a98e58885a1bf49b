/// <reference types="vite/client" />
import { loadModel, type Model } from 'dl-project/inference';
import address from '../model.safetensors?url';

/** Fetches the packed model, which lies beside the page; its name changes with its content, so caches never give an old one. */
export async function loadPackedModel(): Promise<{ readonly model: Model; readonly sizeBytes: number }> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`The model cannot be fetched: ${response.status} ${response.statusText}`);
  const bytes = await response.arrayBuffer();
  return { model: await loadModel(bytes), sizeBytes: bytes.byteLength };
}
