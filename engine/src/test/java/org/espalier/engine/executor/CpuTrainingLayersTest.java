package org.espalier.engine.executor;

class CpuTrainingLayersTest extends TrainingLayersContract {

  CpuTrainingLayersTest() {
    super(CpuContractTest.tested());
  }
}
