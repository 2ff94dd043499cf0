package org.espalier.torch;

import org.espalier.engine.executor.TrainingLayersContract;

class TorchTrainingLayersTest extends TrainingLayersContract {

  TorchTrainingLayersTest() {
    super(TorchContractTest.tested());
  }
}
