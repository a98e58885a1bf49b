/** Packs both packages, by default each under a version made of its content. @returns the paths of the two tarballs */
export function packLocal(root: string, folder: string, version?: string): { generator: string; runtime: string };
