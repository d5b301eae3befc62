//! Writes ONNX models: nodes, constants, one input, outputs. The bytes are protobuf as the standard has them
//! (onnx.proto, IR version 8, operators of set 13); fields are named beside their numbers.

/// A graph that grows node by node.
#[derive(Default)]
pub(crate) struct Graph {
    nodes: Vec<Vec<u8>>,
    constants: Vec<Vec<u8>>,
    inputs: Vec<Vec<u8>>,
    outputs: Vec<Vec<u8>>,
}

/// An attribute of a node.
pub(crate) enum Attribute<'a> {
    Int(&'a str, i64),
    Ints(&'a str, &'a [i64]),
}

const FLOAT: u64 = 1;
const INT64: u64 = 7;

impl Graph {
    pub(crate) fn input(&mut self, name: &str, shape: &[i64]) {
        self.inputs.push(value_info(name, shape));
    }

    pub(crate) fn output(&mut self, name: &str, shape: &[i64]) {
        self.outputs.push(value_info(name, shape));
    }

    pub(crate) fn constant(&mut self, name: &str, shape: &[i64], numbers: &[f32]) {
        let raw: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        self.constants.push(tensor(name, FLOAT, shape, &raw));
    }

    pub(crate) fn constant_ints(&mut self, name: &str, numbers: &[i64]) {
        let raw: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        self.constants.push(tensor(name, INT64, &[i64::try_from(numbers.len()).unwrap()], &raw));
    }

    pub(crate) fn node(
        &mut self,
        operator: &str,
        inputs: &[&str],
        output: &str,
        with: &[Attribute<'_>],
    ) {
        let mut node = Vec::new();
        for input in inputs {
            text(&mut node, 1, input); // NodeProto.input
        }
        text(&mut node, 2, output); // NodeProto.output
        text(&mut node, 3, &format!("{operator} of {output}")); // NodeProto.name
        text(&mut node, 4, operator); // NodeProto.op_type
        for attribute in with {
            let mut bytes = Vec::new();
            match attribute {
                Attribute::Int(name, number) => {
                    text(&mut bytes, 1, name); // AttributeProto.name
                    varint(&mut bytes, 3, number.cast_unsigned()); // AttributeProto.i
                    varint(&mut bytes, 20, 2); // AttributeProto.type = INT
                }
                Attribute::Ints(name, numbers) => {
                    text(&mut bytes, 1, name);
                    for number in *numbers {
                        varint(&mut bytes, 8, number.cast_unsigned()); // AttributeProto.ints
                    }
                    varint(&mut bytes, 20, 7); // AttributeProto.type = INTS
                }
            }
            field(&mut node, 5, &bytes); // NodeProto.attribute
        }
        self.nodes.push(node);
    }

    /// The file.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut graph = Vec::new();
        for node in &self.nodes {
            field(&mut graph, 1, node); // GraphProto.node
        }
        text(&mut graph, 2, "made in a test"); // GraphProto.name
        for constant in &self.constants {
            field(&mut graph, 5, constant); // GraphProto.initializer
        }
        for input in &self.inputs {
            field(&mut graph, 11, input); // GraphProto.input
        }
        for output in &self.outputs {
            field(&mut graph, 12, output); // GraphProto.output
        }
        let mut operators = Vec::new();
        varint(&mut operators, 2, 13); // OperatorSetIdProto.version
        let mut model = Vec::new();
        varint(&mut model, 1, 8); // ModelProto.ir_version
        field(&mut model, 7, &graph); // ModelProto.graph
        field(&mut model, 8, &operators); // ModelProto.opset_import
        model
    }
}

fn value_info(name: &str, shape: &[i64]) -> Vec<u8> {
    let mut dimensions = Vec::new();
    for side in shape {
        let mut dimension = Vec::new();
        varint(&mut dimension, 1, side.cast_unsigned()); // Dimension.dim_value
        field(&mut dimensions, 1, &dimension); // TensorShapeProto.dim
    }
    let mut kind = Vec::new();
    varint(&mut kind, 1, FLOAT); // TypeProto.Tensor.elem_type
    field(&mut kind, 2, &dimensions); // TypeProto.Tensor.shape
    let mut outer = Vec::new();
    field(&mut outer, 1, &kind); // TypeProto.tensor_type
    let mut info = Vec::new();
    text(&mut info, 1, name); // ValueInfoProto.name
    field(&mut info, 2, &outer); // ValueInfoProto.type
    info
}

fn tensor(name: &str, kind: u64, shape: &[i64], raw: &[u8]) -> Vec<u8> {
    let mut tensor = Vec::new();
    for side in shape {
        varint(&mut tensor, 1, side.cast_unsigned()); // TensorProto.dims
    }
    varint(&mut tensor, 2, kind); // TensorProto.data_type
    text(&mut tensor, 8, name); // TensorProto.name
    field(&mut tensor, 9, raw); // TensorProto.raw_data
    tensor
}

fn varint(into: &mut Vec<u8>, number: u64, value: u64) {
    plain(into, number << 3);
    plain(into, value);
}

fn field(into: &mut Vec<u8>, number: u64, bytes: &[u8]) {
    plain(into, number << 3 | 2);
    plain(into, bytes.len() as u64);
    into.extend(bytes);
}

fn text(into: &mut Vec<u8>, number: u64, text: &str) {
    field(into, number, text.as_bytes());
}

fn plain(into: &mut Vec<u8>, mut value: u64) {
    loop {
        let low = u8::try_from(value & 0x7f).unwrap();
        value >>= 7;
        into.push(if value == 0 { low } else { low | 0x80 });
        if value == 0 {
            return;
        }
    }
}
