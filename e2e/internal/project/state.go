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
