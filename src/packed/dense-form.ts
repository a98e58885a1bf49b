import { DlError } from '../core/errors.ts';
import { float32Tensor, float32Values } from './safetensors.ts';
import type { StoredForm } from './stored-form.ts';

/** Every value as float32, as other safetensors files hold them. */
export const denseForm: StoredForm = {
  name: 'dense',
  sections: [''],
  encode: ({ values, shape }) => ({ sections: { '': float32Tensor(values, shape) }, parameters: {} }),
  decode: ({ sections }, shape) => {
    const tensor = sections[''];
    if (tensor.shape.join() !== shape.join()) {
      throw new DlError('file', `its tensor has the shape [${tensor.shape}], its description says [${shape}]`);
    }
    return float32Values(tensor);
  },
};
