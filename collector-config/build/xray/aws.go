package awsxray

// AWSData is the aws section.
type AWSData struct {
	AccountID    *string            `json:"account_id,omitempty"`
	Beanstalk    *BeanstalkMetadata `json:"elastic_beanstalk,omitempty"`
	CWLogs       []LogGroupMetadata `json:"cloudwatch_logs,omitempty"`
	EC2          *EC2Metadata       `json:"ec2,omitempty"`
	ECS          *ECSMetadata       `json:"ecs,omitempty"`
	EKS          *EKSMetadata       `json:"eks,omitempty"`
	Operation    *string            `json:"operation,omitempty"`
	QueueURL     *string            `json:"queue_url,omitempty"`
	RemoteRegion *string            `json:"region,omitempty"`
	RequestID    *string            `json:"request_id,omitempty"`
	Retries      *int64             `json:"retries,omitempty"`
	TableName    *string            `json:"table_name,omitempty"`
	TableNames   []string           `json:"table_names,omitempty"`
	XRay         *XRayMetaData      `json:"xray,omitempty"`
}

// BeanstalkMetadata is aws.elastic_beanstalk.
type BeanstalkMetadata struct {
	DeploymentID *int64  `json:"deployment_id"`
	Environment  *string `json:"environment_name"`
	VersionLabel *string `json:"version_label"`
}

// EC2Metadata is aws.ec2.
type EC2Metadata struct {
	AmiID            *string `json:"ami_id"`
	AvailabilityZone *string `json:"availability_zone"`
	InstanceID       *string `json:"instance_id"`
	InstanceSize     *string `json:"instance_size"`
}

// ECSMetadata is aws.ecs.
type ECSMetadata struct {
	AvailabilityZone *string `json:"availability_zone,omitempty"`
	ClusterArn       *string `json:"cluster_arn,omitempty"`
	ContainerArn     *string `json:"container_arn,omitempty"`
	ContainerID      *string `json:"container_id,omitempty"`
	ContainerName    *string `json:"container,omitempty"`
	LaunchType       *string `json:"launch_type,omitempty"`
	TaskArn          *string `json:"task_arn,omitempty"`
	TaskFamily       *string `json:"task_family,omitempty"`
}

// EKSMetadata is aws.eks.
type EKSMetadata struct {
	ClusterName *string `json:"cluster_name"`
	ContainerID *string `json:"container_id"`
	Pod         *string `json:"pod"`
}

// LogGroupMetadata is an element of aws.cloudwatch_logs.
type LogGroupMetadata struct {
	Arn      *string `json:"arn,omitempty"`
	LogGroup *string `json:"log_group"`
}

// XRayMetaData is aws.xray.
type XRayMetaData struct {
	AutoInstrumentation *bool   `json:"auto_instrumentation"`
	SDK                 *string `json:"sdk,omitempty"`
	SDKVersion          *string `json:"sdk_version,omitempty"`
}
