import { MoOverviewLine } from "@mrp/components/mo_overview_line/mrp_mo_overview_line";
import { MoOverviewByproductsBlock } from "@mrp/components/mo_overview_byproducts_block/mrp_mo_overview_byproducts_block";
import { MoOverviewOperationsBlock } from "@mrp/components/mo_overview_operations_block/mrp_mo_overview_operations_block";

// The overview's props are strict: a key that is not declared raises in debug mode.
const CBAM = { type: Object, optional: true };

MoOverviewLine.props.data.shape.cbam = CBAM;
MoOverviewOperationsBlock.props.summary.shape.cbam = CBAM;
MoOverviewByproductsBlock.props.summary.shape.cbam = CBAM;
