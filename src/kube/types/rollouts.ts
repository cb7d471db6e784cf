import type { Condition, IntOrString, KubeObject, LabelSelector } from './meta.ts';
import type { PodTemplateSpec } from './core.ts';
import type { JobSpec } from './workloads.ts';

/** Values of `status.phase` of a Rollout. */
export type RolloutPhase = 'Healthy' | 'Degraded' | 'Progressing' | 'Paused';

/** Values of `status.phase` of an AnalysisRun, a metric and a measurement. */
export type AnalysisPhase = 'Pending' | 'Running' | 'Successful' | 'Failed' | 'Error' | 'Inconclusive';

export interface Rollout extends KubeObject {
  spec: RolloutSpec;
  status?: RolloutStatus;
}

export interface RolloutSpec {
  replicas?: number;
  selector?: LabelSelector;
  template?: PodTemplateSpec;
  workloadRef?: { apiVersion?: string; kind?: string; name?: string; scaleDown?: 'never' | 'onsuccess' | 'progressively' };
  minReadySeconds?: number;
  revisionHistoryLimit?: number;
  progressDeadlineSeconds?: number;
  progressDeadlineAbort?: boolean;
  paused?: boolean;
  restartAt?: string;
  rollbackWindow?: { revisions?: number };
  analysis?: { successfulRunHistoryLimit?: number; unsuccessfulRunHistoryLimit?: number };
  strategy?: { blueGreen?: BlueGreenStrategy; canary?: CanaryStrategy };
}

export interface BlueGreenStrategy {
  activeService: string;
  previewService?: string;
  previewReplicaCount?: number;
  autoPromotionEnabled?: boolean;
  autoPromotionSeconds?: number;
  maxUnavailable?: IntOrString;
  scaleDownDelaySeconds?: number;
  scaleDownDelayRevisionLimit?: number;
  abortScaleDownDelaySeconds?: number;
  prePromotionAnalysis?: RolloutAnalysis;
  postPromotionAnalysis?: RolloutAnalysis;
  antiAffinity?: AntiAffinity;
  previewMetadata?: PodTemplateMetadata;
  activeMetadata?: PodTemplateMetadata;
}

export interface CanaryStrategy {
  canaryService?: string;
  stableService?: string;
  maxSurge?: IntOrString;
  maxUnavailable?: IntOrString;
  steps?: CanaryStep[];
  analysis?: RolloutAnalysis & { startingStep?: number };
  antiAffinity?: AntiAffinity;
  canaryMetadata?: PodTemplateMetadata;
  stableMetadata?: PodTemplateMetadata;
  scaleDownDelaySeconds?: number;
  scaleDownDelayRevisionLimit?: number;
  abortScaleDownDelaySeconds?: number;
  [field: string]: unknown;
}

export interface CanaryStep {
  setWeight?: number;
  pause?: { duration?: IntOrString };
  analysis?: RolloutAnalysis;
  experiment?: ExperimentStep;
  setCanaryScale?: Record<string, unknown>;
  [field: string]: unknown;
}

/** A step that runs an Experiment with pods of the stable and of the new revision. */
export interface ExperimentStep {
  templates?: ExperimentStepTemplate[];
  duration?: string;
  analyses?: ExperimentStepAnalysis[];
  dryRun?: { metricName: string }[];
  analysisRunMetadata?: PodTemplateMetadata;
  scaleDownDelaySeconds?: number;
}

export interface ExperimentStepTemplate {
  name: string;
  specRef: 'stable' | 'canary';
  replicas?: number;
  metadata?: PodTemplateMetadata;
  selector?: LabelSelector;
  weight?: number;
  service?: { name?: string };
}

export interface ExperimentStepAnalysis {
  name: string;
  templateName: string;
  clusterScope?: boolean;
  args?: AnalysisRunArgument[];
  requiredForCompletion?: boolean;
}

export interface PodTemplateMetadata {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

export interface AntiAffinity {
  requiredDuringSchedulingIgnoredDuringExecution?: Record<string, never>;
  preferredDuringSchedulingIgnoredDuringExecution?: { weight: number };
}

export interface RolloutAnalysis {
  templates?: { templateName?: string; clusterScope?: boolean }[];
  args?: AnalysisRunArgument[];
  dryRun?: { metricName: string }[];
  measurementRetention?: { metricName: string; limit: number }[];
  analysisRunMetadata?: PodTemplateMetadata;
}

export interface AnalysisRunArgument {
  name: string;
  value?: string;
  valueFrom?: { podTemplateHashValue?: 'Stable' | 'Latest'; fieldRef?: { fieldPath: string } };
}

export interface RolloutPauseCondition {
  reason: string;
  startTime: string;
}

export interface AnalysisRunStatusReference {
  name: string;
  /** Empty until the run was looked at for the first time. */
  status?: AnalysisPhase | '';
  message?: string;
}

export interface RolloutStatus {
  abort?: boolean;
  abortedAt?: string;
  pauseConditions?: RolloutPauseCondition[];
  controllerPause?: boolean;
  promoteFull?: boolean;
  currentPodHash?: string;
  stableRS?: string;
  replicas?: number;
  updatedReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  HPAReplicas?: number;
  selector?: string;
  collisionCount?: number;
  /** A string, unlike everywhere else. */
  observedGeneration?: string;
  workloadObservedGeneration?: string;
  restartedAt?: string;
  conditions?: Condition[];
  phase?: RolloutPhase;
  message?: string;
  currentStepIndex?: number;
  currentStepHash?: string;
  blueGreen?: {
    previewSelector?: string;
    activeSelector?: string;
    scaleUpPreviewCheckPoint?: boolean;
    prePromotionAnalysisRunStatus?: AnalysisRunStatusReference;
    postPromotionAnalysisRunStatus?: AnalysisRunStatusReference;
  };
  canary?: {
    currentStepAnalysisRunStatus?: AnalysisRunStatusReference;
    currentBackgroundAnalysisRunStatus?: AnalysisRunStatusReference;
    currentExperiment?: string;
    [field: string]: unknown;
  };
}

export interface Experiment extends KubeObject {
  spec: ExperimentSpec;
  status?: ExperimentStatus;
}

export interface ExperimentSpec {
  templates: ExperimentTemplate[];
  /** Without one, an experiment runs until it is terminated or an analysis ends it. */
  duration?: string;
  progressDeadlineSeconds?: number;
  terminate?: boolean;
  analyses?: ExperimentAnalysis[];
  scaleDownDelaySeconds?: number;
  dryRun?: { metricName: string }[];
  measurementRetention?: { metricName: string; limit: number }[];
  analysisRunMetadata?: PodTemplateMetadata;
}

export interface ExperimentTemplate {
  name: string;
  replicas?: number;
  minReadySeconds?: number;
  selector?: LabelSelector;
  template: PodTemplateSpec;
  service?: { name?: string };
}

export interface ExperimentAnalysis {
  name: string;
  templateName: string;
  clusterScope?: boolean;
  args?: TemplateArgument[];
  requiredForCompletion?: boolean;
}

export interface ExperimentStatus {
  phase?: AnalysisPhase | '';
  message?: string;
  templateStatuses?: ExperimentTemplateStatus[];
  /** When all templates had their pods; the duration counts from here. */
  availableAt?: string;
  conditions?: Condition[];
  analysisRuns?: ExperimentAnalysisStatus[];
}

/** Values of `status` of an experiment's template. */
export type ExperimentTemplatePhase = 'Progressing' | 'Running' | 'Successful' | 'Failed' | 'Error';

export interface ExperimentTemplateStatus {
  name: string;
  replicas: number;
  updatedReplicas: number;
  readyReplicas: number;
  availableReplicas: number;
  collisionCount?: number;
  status?: ExperimentTemplatePhase;
  message?: string;
  lastTransitionTime?: string;
  serviceName?: string;
  podTemplateHash?: string;
}

export interface ExperimentAnalysisStatus {
  name: string;
  /** Empty until the run is made. */
  analysisRun: string;
  phase: AnalysisPhase | '';
  message?: string;
}

export interface AnalysisTemplate extends KubeObject {
  spec: AnalysisTemplateSpec;
}

export interface AnalysisTemplateSpec {
  metrics?: Metric[];
  args?: TemplateArgument[];
  dryRun?: { metricName: string }[];
  measurementRetention?: { metricName: string; limit: number }[];
  templates?: { templateName?: string; clusterScope?: boolean }[];
}

export interface TemplateArgument {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef?: { name: string; key: string }; fieldRef?: { fieldPath: string } };
}

export interface Metric {
  name: string;
  interval?: string;
  initialDelay?: string;
  count?: IntOrString;
  successCondition?: string;
  failureCondition?: string;
  failureLimit?: IntOrString;
  inconclusiveLimit?: IntOrString;
  consecutiveErrorLimit?: IntOrString;
  consecutiveSuccessLimit?: IntOrString;
  provider: MetricProvider;
}

export interface MetricProvider {
  job?: { metadata?: PodTemplateMetadata; spec: JobSpec };
  web?: WebMetric;
  prometheus?: Record<string, unknown>;
  [provider: string]: unknown;
}

export interface WebMetric {
  url: string;
  method?: 'GET' | 'POST' | 'PUT';
  headers?: { key: string; value: string }[];
  body?: string;
  jsonBody?: unknown;
  timeoutSeconds?: number;
  jsonPath?: string;
  insecure?: boolean;
  authentication?: Record<string, unknown>;
}

export interface AnalysisRun extends KubeObject {
  spec: AnalysisTemplateSpec & {
    metrics: Metric[];
    terminate?: boolean;
    ttlStrategy?: { secondsAfterCompletion?: number; secondsAfterSuccess?: number; secondsAfterFailure?: number };
  };
  status?: AnalysisRunStatus;
}

export interface AnalysisRunStatus {
  phase: AnalysisPhase | '';
  message?: string;
  startedAt?: string;
  completedAt?: string;
  metricResults?: MetricResult[];
  runSummary?: AnalysisRunSummary;
  dryRunSummary?: AnalysisRunSummary;
}

export interface AnalysisRunSummary {
  count?: number;
  successful?: number;
  failed?: number;
  inconclusive?: number;
  error?: number;
}

export interface MetricResult {
  name: string;
  phase: AnalysisPhase;
  message?: string;
  count?: number;
  successful?: number;
  failed?: number;
  inconclusive?: number;
  error?: number;
  consecutiveError?: number;
  consecutiveSuccess?: number;
  dryRun?: boolean;
  metadata?: Record<string, string>;
  measurements?: Measurement[];
}

export interface Measurement {
  phase: AnalysisPhase;
  message?: string;
  value?: string;
  startedAt?: string;
  finishedAt?: string;
  resumeAt?: string;
  metadata?: Record<string, string>;
}
