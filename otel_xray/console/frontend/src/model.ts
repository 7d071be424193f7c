/** What the server answers; times are seconds since the epoch. */

export type Status = "ok" | "error" | "fault" | "throttle" | "pending";
export type Phase = "initialization" | "invocation" | "overhead";
export type Scalar = string | number | boolean;
export type Json = Scalar | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export interface Summary {
  id: string;
  w3c: string;
  start: number;
  end: number | null;
  duration: number | null;
  responseTime: number | null;
  status: Status;
  partial: boolean;
  hasFault: boolean;
  hasError: boolean;
  hasThrottle: boolean;
  http: { method: string | null; url: string | null; status: number | null } | null;
  entryPoint: string | null;
  services: string[];
  annotations: Record<string, Scalar[]>;
  user: string | null;
  entities: number;
}

export interface TracePage {
  revision: number;
  total: number;
  next: string | null;
  traces: Summary[];
}

/** One line of the segments timeline: a segment or a subsegment. */
export interface Row {
  id: string;
  parent: string | null;
  depth: number;
  kind: "segment" | "subsegment";
  name: string;
  origin: string | null;
  namespace: string | null;
  start: number;
  end: number | null;
  inProgress: boolean;
  status: Status;
  code: number | null;
  phase: Phase | null;
  annotations: number;
  metadata: number;
  exceptions: number;
  sql: boolean;
  orphan: boolean;
}

export interface Trace {
  trace: Summary;
  rows: Row[];
}

export interface StackFrame {
  path?: string;
  line?: number;
  label?: string;
}

export interface ExceptionRecord {
  id?: string;
  message?: string;
  type?: string;
  remote?: boolean;
  truncated?: number;
  skipped?: number;
  cause?: string;
  stack?: StackFrame[];
}

export interface Cause {
  working_directory?: string;
  paths?: string[];
  exceptions?: ExceptionRecord[];
}

export interface Link {
  trace_id?: string;
  id?: string;
  attributes?: JsonObject;
}

/** A segment document as processed; members as in X-Ray's schema. */
export interface Document {
  name?: string;
  id?: string;
  trace_id?: string;
  parent_id?: string;
  type?: string;
  namespace?: string;
  start_time?: number;
  end_time?: number;
  in_progress?: boolean;
  inferred?: boolean;
  origin?: string;
  resource_arn?: string;
  user?: string;
  service?: JsonObject;
  http?: { request?: JsonObject; response?: JsonObject };
  aws?: JsonObject;
  sql?: JsonObject;
  error?: boolean;
  throttle?: boolean;
  fault?: boolean;
  cause?: Cause | string;
  annotations?: Record<string, Scalar>;
  metadata?: Record<string, Json>;
  precursor_ids?: string[];
  links?: Link[];
}

export interface Entity {
  document: Document;
  received: Json;
}

export interface ServerStatus {
  version: string;
  database: string;
  revision: number;
  traces: number;
  entities: number;
  listening: { http: string[]; udp: string };
}
