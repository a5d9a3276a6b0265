package project

import (
	"context"
	"encoding/json"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// Resources are the stack's resources as its state has them.
func (s *Stack) Resources(ctx context.Context) ([]apitype.ResourceV3, error) {
	exported, err := s.auto.Export(ctx)
	if err != nil {
		return nil, err
	}
	var deployment apitype.DeploymentV3
	err = json.Unmarshal(exported.Deployment, &deployment)
	return deployment.Resources, err
}

// Outputs are those of the stack's outputs that are texts.
func (s *Stack) Outputs(ctx context.Context) (map[string]string, error) {
	outputs, err := s.auto.Outputs(ctx)
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for name, output := range outputs {
		if text, ok := output.Value.(string); ok {
			texts[name] = text
		}
	}
	return texts, nil
}
